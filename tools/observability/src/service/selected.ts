/** The service that the dashboard shows: matchers of its series and log lines in PromQL and LogQL, and of its spans. */
export const WHERE = 'service_name="$service"';
export const SPANS = 'resource.service.name = "$service"';

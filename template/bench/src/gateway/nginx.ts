/** A proxy in one process, without a log, with kept connections on both sides and all its files in its own folder. */
export function nginxConfiguration({ port, upstreamUrl }: { port: number; upstreamUrl: string }): string {
  return `daemon off;
master_process off;
pid nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  keepalive_requests 1000000000;
  upstream services {
    server ${new URL(upstreamUrl).host};
    keepalive 64;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://services;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;
}

import type { Dashboard } from '@grafana/schema';
import { dashboard } from '../dashboard.ts';
import { entrance } from './entrance.ts';
import { processes } from './processes.ts';
import { signIns } from './sign-ins.ts';
import { states } from './states.ts';
import { traffic } from './traffic.ts';

/** The stack at a glance. `gateways` are the services that clients reach. */
export function stackDashboard(gateways: readonly string[]): Dashboard {
  return dashboard({
    uid: 'stack',
    title: 'Stack',
    description: 'All services at a glance: what is down, slow or failing.',
    rows: [states, traffic, entrance(gateways), signIns, processes],
  });
}

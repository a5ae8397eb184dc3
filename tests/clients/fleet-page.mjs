// Uses the page of the fleet as an administrator does; see tests/tests/system/fleet_page.rs.
import { run } from './page/run.mjs';
import { arriving, fleetLooks, idleWork, leavingAndJoining, limits, orders, others, reasons, running, secondChances, silence, slots } from './page/fleet.mjs';
import { signUp } from './page/visit.mjs';

await run([signUp, arriving, slots, limits, reasons, secondChances, running, orders, silence, idleWork, fleetLooks, leavingAndJoining, others]);

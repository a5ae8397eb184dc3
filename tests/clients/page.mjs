// Uses the page as people do, in a real browser. What has to happen around it (rows, a stopped gateway) is asked for on
// standard output and answered on standard input; see tests/tests/system/page.rs.
import { large, live } from './page/library.mjs';
import { looks } from './page/looks.mjs';
import { queues } from './page/queues.mjs';
import { run } from './page/run.mjs';
import { touching, viewing, watching } from './page/viewer.mjs';
import { leaving, signUp, uploads } from './page/visit.mjs';

await run([signUp, uploads, viewing, touching, watching, queues, large, live, looks, leaving]);

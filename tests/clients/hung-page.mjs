// The page while servers are there and say nothing; see tests/tests/system/hung_page.rs.
import { hungPostgres, hungRedis } from './page/hung.mjs';
import { run } from './page/run.mjs';
import { signUp } from './page/visit.mjs';

await run([signUp, hungRedis, hungPostgres]);

// Uses the page as people do, in a real browser. What has to happen around it (rows, a stopped gateway) is asked for on
// standard output and answered on standard input; see tests/tests/system/page.rs.
import { context, nothingWentWrong, shot, wentWrong } from './page/browser.mjs';
import { large, live } from './page/library.mjs';
import { looks } from './page/looks.mjs';
import { queues } from './page/queues.mjs';
import { touching, viewing, watching } from './page/viewer.mjs';
import { leaving, signUp, uploads } from './page/visit.mjs';

try {
  for (const part of [signUp, uploads, viewing, touching, watching, queues, large, live, looks, leaving]) {
    const began = Date.now();
    await part();
    nothingWentWrong(part.name);
    console.log(`${part.name}: ${Date.now() - began} ms`);
  }
} catch (error) {
  console.log(wentWrong());
  await shot('failed');
  throw error;
} finally {
  await context.close();
  process.stdin.destroy();
}

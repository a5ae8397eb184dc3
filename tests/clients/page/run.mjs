// Does one part after the other; the first in which anything goes wrong is the last.
import { context, nothingWentWrong, shot, wentWrong } from './browser.mjs';

export async function run(parts) {
  try {
    for (const part of parts) {
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
}

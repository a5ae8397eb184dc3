// Empty jobs through BullMQ: node bullmq.mjs REDIS_URL COUNT SINGLES PROCESSES. Adds them in bulk, in groups and one by one;
// works on COUNT of them at concurrency 5 in each of PROCESSES processes.
import { fork } from 'node:child_process';
import { Queue, Worker } from 'bullmq';

const [, , url, count, singles, processes, name] = process.argv;
const { hostname: host, port } = new URL(url);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };
const seconds = (since) => Number(process.hrtime.bigint() - since) / 1e9;

// A worker says how many it has done, now and then: a message for each would be work of its own.
async function work() {
  const worker = new Worker(name, async () => {}, { connection, concurrency: 5, autorun: false });
  await worker.waitUntilReady();
  let done = 0;
  worker.on('completed', () => done++);
  setInterval(() => process.send({ done }), 20);
  process.on('message', () => worker.run());
  process.send({ ready: true });
}

async function add(queue, total, group) {
  const begun = process.hrtime.bigint();
  for (let at = 0; at < total; at += group) {
    const length = Math.min(group, total - at);
    if (group === 1) await queue.add('empty', { id: at });
    else await queue.addBulk(Array.from({ length }, (_, n) => ({ name: 'empty', data: { id: at + n } })));
  }
  return total / seconds(begun);
}

async function measure() {
  const of = async (suffix) => {
    const queue = new Queue(`bench-${process.pid}-${suffix}`, { connection, defaultJobOptions: { removeOnComplete: true } });
    await queue.waitUntilReady();
    return queue;
  };
  const end = async (queue) => {
    await queue.obliterate({ force: true });
    await queue.close();
  };
  const result = {};
  for (const [field, total, group] of [
    ['addedSinglyPerSecond', Number(singles), 1],
    ['addedInGroupsPerSecond', Math.ceil(Number(count) / 4), 200],
  ]) {
    const queue = await of(group);
    result[field] = await add(queue, total, group);
    await end(queue);
  }
  const queue = await of('work');
  result.addedInBulkPerSecond = await add(queue, Number(count), 1000);
  const workers = Array.from({ length: Number(processes) }, () =>
    fork(process.argv[1], [url, count, singles, '0', queue.name]));
  const done = new Map();
  await Promise.all(workers.map((worker) => new Promise((ready) => worker.once('message', ready))));
  const begun = process.hrtime.bigint();
  await new Promise((finish) => {
    for (const worker of workers) {
      worker.on('message', (message) => {
        done.set(worker.pid, message.done);
        if ([...done.values()].reduce((sum, part) => sum + part, 0) >= Number(count)) finish();
      });
      worker.send('go');
    }
  });
  result.donePerSecond = Number(count) / seconds(begun);
  for (const worker of workers) worker.kill('SIGKILL');
  await end(queue);
  console.log(JSON.stringify(result));
}

await (name ? work() : measure());

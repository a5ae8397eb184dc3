// From the kill of a worker to the start of its job on another, with the default settings: node bullmq-kill.mjs REDIS_URL.
import { fork } from 'node:child_process';
import { Queue, Worker } from 'bullmq';

const [, , url, name] = process.argv;
const { hostname: host, port } = new URL(url);
const connection = { host, port: Number(port), maxRetriesPerRequest: null };

async function work() {
  const handler = async () => {
    process.send({ started: process.hrtime.bigint().toString() });
    await new Promise((end) => setTimeout(end, 600_000));
  };
  const worker = new Worker(name, handler, { connection });
  await worker.waitUntilReady();
  process.send({ ready: true });
}

// A worker process, and promises of its messages.
function start(queue) {
  const worker = fork(process.argv[1], [url, queue]);
  const message = (field) =>
    new Promise((heard) => worker.on('message', (body) => body[field] && heard(body[field])));
  return { worker, ready: message('ready'), started: message('started') };
}

async function measure() {
  const queue = new Queue(`kill-${process.pid}`, { connection });
  const first = start(queue.name);
  await first.ready;
  await queue.add('long', {});
  await first.started;
  const second = start(queue.name);
  await second.ready;
  const killed = process.hrtime.bigint();
  first.worker.kill('SIGKILL');
  const started = BigInt(await second.started);
  second.worker.kill('SIGKILL');
  await queue.obliterate({ force: true });
  await queue.close();
  console.log(JSON.stringify({ seconds: Number(started - killed) / 1e9 }));
}

await (name ? work() : measure());

// Follows a server with socket.io-client, as the web app does, and checks what arrives for real actions.
// Environment: IMMICH_INSTANCE_URL (with /api), SOCKET_TOKEN of a session of an admin without photos; workers are running.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { io } from 'socket.io-client';

const api = process.env.IMMICH_INSTANCE_URL;
const authorization = `Bearer ${process.env.SOCKET_TOKEN}`;
const base = new URL(api).origin;

function open(headers) {
  const socket = io(base, { path: '/api/socket.io', transports: ['websocket'], forceNew: true, extraHeaders: headers });
  const heard = [];
  const waiting = [];
  const hear = (...entry) => {
    heard.push(entry);
    waiting.splice(0).forEach((wake) => wake());
  };
  for (const name of ['connect', 'disconnect', 'connect_error']) {
    socket.on(name, (value) => hear(`#${name}`, ...(name === 'connect' ? [] : [String(value)])));
  }
  socket.onAny(hear);
  // The next entry; a test that waits for what never comes is ended by its patience.
  const next = async () => {
    while (heard.length === 0) {
      await new Promise((wake, fail) => {
        waiting.push(wake);
        setTimeout(() => fail(new Error('nothing came')), 60_000).unref();
      });
    }
    return heard.shift();
  };
  return { socket, next, heard };
}

async function call(method, path, body) {
  const json = body && !(body instanceof FormData);
  const response = await fetch(api + path, {
    method,
    headers: { authorization, ...(json ? { 'content-type': 'application/json' } : {}) },
    body: json ? JSON.stringify(body) : body,
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return response.status === 204 ? null : response.json();
}

const refused = open({ authorization: 'Bearer bad' });
assert.deepEqual(await refused.next(), ['#connect']);
assert.deepEqual(await refused.next(), ['error', 'unauthorized']);
assert.deepEqual(await refused.next(), ['#disconnect', 'io server disconnect']);
assert.equal(refused.socket.active, false, 'it does not try again');

const { socket, next, heard } = open({ authorization });
assert.deepEqual(await next(), ['#connect']);
assert.deepEqual(await next(), ['on_server_version', { major: 3, minor: 0, patch: 1, prerelease: null }]);

const photo = readFileSync(process.argv[2]);
const form = new FormData();
form.set('fileCreatedAt', '2024-03-01T10:00:00.000Z');
form.set('fileModifiedAt', '2024-03-01T10:00:00.000Z');
form.set('assetData', new Blob([photo]), 'a.jpg');
const { id } = await call('POST', '/assets', form);
const [uploaded, asset] = await next();
assert.equal(uploaded, 'on_upload_success');
assert.equal(asset.id, id);
assert.equal(asset.checksum, createHash('sha1').update(photo).digest('base64'));
const [ready, { asset: row, exif }] = await next();
assert.equal(ready, 'AssetUploadReadyV2');
assert.deepEqual([row.id, exif.assetId], [id, id]);

await call('DELETE', '/assets', { ids: [id] });
assert.deepEqual(await next(), ['on_asset_trash', [id]]);

// What the server does not know is passed over, and the socket lives on.
socket.emit('hello', randomBytes(4).toString('hex'));
await call('PUT', '/system-config', await call('GET', '/system-config'));
assert.deepEqual(await next(), ['on_config_update']);

const { id: session } = (await call('GET', '/sessions')).find((one) => one.current);
await call('POST', '/auth/logout');
assert.deepEqual(await next(), ['on_session_delete', session]);
assert.deepEqual(await next(), ['#disconnect', 'io server disconnect']);
assert.deepEqual(heard, []);
socket.close();

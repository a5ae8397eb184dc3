// Asking the server. Every failure is an ApiError whose message can be shown to a person.

import { Emitter } from './events.js';

/** `signed-out`: the server no longer knows our session. */
export const account = new Emitter();

/** What went wrong, in words. `status` is 0 where no answer came. */
export class ApiError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export const get = (path, signal) => call('GET', path, undefined, signal);
export const post = (path, body = {}) => call('POST', path, body);
export const put = (path, body) => call('PUT', path, body);
export const remove = (path, body) => call('DELETE', path, body);

/** The address of a picture; `version` changes with the picture, so that an old one is never taken from a cache. */
export function pictureUrl(asset, size) {
  const version = asset.thumbhash ? `&c=${encodeURIComponent(asset.thumbhash)}` : '';
  return `/api/assets/${asset.id}/thumbnail?size=${size}${version}`;
}

async function call(method, path, body, signal) {
  const options = { method, signal, headers: { accept: 'application/json' } };
  if (body !== undefined) {
    options.headers['content-type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/api${path}`, options);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError('The server cannot be reached. Is it running, and are you online?', 0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer;
  if (response.status === 401) account.emit('signed-out');
  throw new ApiError(words(response.status, answer), response.status);
}

/** The words for a refusal: the server's own, else what the number means. */
export function words(status, answer) {
  const issue = answer?.errors?.[0];
  if (issue) return `${[issue.path?.join('.'), issue.message].filter(Boolean).join(': ')}.`;
  if (status === 413) return 'This is larger than the server takes.';
  if (status === 507) return 'The disk of the server is full.';
  if (status >= 500) return 'The server had a problem with this. Its log tells more.';
  return answer?.message ? String(answer.message) : `The server refused this (${status}).`;
}

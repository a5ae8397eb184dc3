// The checksum by which the server knows a file before it is sent.

/** Larger files are not read into memory for it; the server finds a duplicate while it receives. */
const LARGEST = 256 * 1024 * 1024;

/**
 * The SHA-1 of a file as hexadecimal text; null where it is too large, or where the browser has no cryptography, which
 * is the case on plain http from another machine.
 */
export async function checksum(file) {
  if (!globalThis.crypto?.subtle || file.size > LARGEST) return null;
  const digest = await crypto.subtle.digest('SHA-1', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

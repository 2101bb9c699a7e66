// What a module of a skill and its host are to each other (skill-json-1), and a little JSON.

// What a host function answers instead of a result.
export const CAPABILITY_DENIED: i32 = -1;
export const NOT_SUPPORTED: i32 = -2;
export const BAD_ARGUMENT: i32 = -3;
export const NOT_FOUND: i32 = -4;
export const REFUSED: i32 = -5;
export const NOT_REACHED: i32 = -6;

// A module imports what it uses, and the manifest must ask for it; `log` needs no capability.
// @ts-ignore: decorator
@external("skill1", "log")
declare function hostLog(level: i32, text: usize, length: i32): void;
// @ts-ignore: decorator
@external("skill1", "now_ms")
declare function hostNow(): i64;
// @ts-ignore: decorator
@external("skill1", "random")
declare function hostRandom(buffer: usize, length: i32): i32;
// @ts-ignore: decorator
@external("skill1", "kv_get")
declare function hostGet(key: usize, keyLength: i32, buffer: usize, capacity: i32): i32;
// @ts-ignore: decorator
@external("skill1", "kv_set")
declare function hostSet(key: usize, keyLength: i32, value: usize, length: i32): i32;
// @ts-ignore: decorator
@external("skill1", "fs_read")
declare function hostRead(path: usize, pathLength: i32, buffer: usize, capacity: i32): i32;
// @ts-ignore: decorator
@external("skill1", "fs_write")
declare function hostWrite(path: usize, pathLength: i32, content: usize, length: i32): i32;
// @ts-ignore: decorator
@external("skill1", "http_request")
declare function hostRequest(request: usize, length: i32, buffer: usize, capacity: i32): i32;

// An instance lives for one call, so memory is given out and never taken back.
export function skill_alloc(length: i32): usize {
  return heap.alloc(length);
}

function bytes(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

// A line for the record of the call; the level is 0 to 3, rising.
export function log(level: i32, text: string): void {
  const line = bytes(text);
  hostLog(level, changetype<usize>(line), line.byteLength);
}

// The time of the call in milliseconds since 1970; negative if it was not granted.
export function now(): i64 {
  return hostNow();
}

// Fills the bytes; 0, or what the host answered instead.
export function random(into: ArrayBuffer): i32 {
  return hostRandom(changetype<usize>(into), into.byteLength);
}

// What was kept under that key, in the beginning of `into`; how long it is, or what the host answered instead.
export function keptValue(key: string, into: ArrayBuffer): i32 {
  const name = bytes(key);
  return hostGet(changetype<usize>(name), name.byteLength, changetype<usize>(into), into.byteLength);
}

// Keeps a value; 0, or what the host answered instead.
export function keep(key: string, value: ArrayBuffer): i32 {
  const name = bytes(key);
  return hostSet(changetype<usize>(name), name.byteLength, changetype<usize>(value), value.byteLength);
}

// The beginning of a file in `into`; how long the file is, or what the host answered instead.
export function readFile(path: string, into: ArrayBuffer): i32 {
  const name = bytes(path);
  return hostRead(changetype<usize>(name), name.byteLength, changetype<usize>(into), into.byteLength);
}

// Makes or replaces a file; 0, or what the host answered instead.
export function writeFile(path: string, content: ArrayBuffer): i32 {
  const name = bytes(path);
  return hostWrite(changetype<usize>(name), name.byteLength, changetype<usize>(content), content.byteLength);
}

export class Response {
  // Of HTTP, or what the host answered instead: a negative number.
  status: i32 = 0;
  body: string = "";
}

// Sends a request, like "GET https://api.example.com/v1/x\nAccept: text/plain\n\n". `{secret:name}` in a field's value
// stands for a secret that the manifest asks for.
export function send(request: string): Response {
  const sent = bytes(request);
  const response = new Response();
  let room = 65536;
  let buffer = heap.alloc(room);
  let length = hostRequest(changetype<usize>(sent), sent.byteLength, buffer, room);
  if (length > room) {
    // There was too little room: a request of length 0 gives the same response again.
    room = length;
    buffer = heap.alloc(room);
    length = hostRequest(changetype<usize>(sent), 0, buffer, room);
  }
  if (length < 0) {
    response.status = length;
    return response;
  }
  const text = String.UTF8.decodeUnsafe(buffer, length);
  response.status = i32(parseInt(text.substring(0, text.indexOf("\n"))));
  // Fields end at an empty line, which is always there.
  response.body = text.substring(text.indexOf("\n\n") + 2);
  return response;
}

// The input of skill_call, which is canonical JSON that the host has checked.
export function input(at: usize, length: i32): string {
  return String.UTF8.decodeUnsafe(at, length);
}

// The answer of skill_call.
export function answer(json: string): u64 {
  const text = bytes(json);
  return ((<u64>changetype<usize>(text)) << 32) | (<u64>text.byteLength);
}

// A JSON string with that text.
export function quoted(text: string): string {
  let json = "\"";
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code == 0x22 || code == 0x5c) {
      json += "\\" + text.charAt(at);
    } else if (code < 0x20) {
      json += "\\u00" + (code < 0x10 ? "0" : "") + code.toString(16);
    } else {
      json += text.charAt(at);
    }
  }
  return json + "\"";
}

// Where the JSON string ended that was read last.
let end: i32 = 0;

function readString(json: string, from: i32): string {
  let text = "";
  let at = from + 1;
  for (; json.charCodeAt(at) != 0x22; at++) {
    if (json.charCodeAt(at) != 0x5c) {
      text += json.charAt(at);
      continue;
    }
    const escape = json.charAt(++at);
    if (escape == "u") {
      text += String.fromCharCode(i32(parseInt(json.substring(at + 1, at + 5), 16)));
      at += 4;
    } else {
      text += escape == "n" ? "\n" : escape == "t" ? "\t" : escape == "r" ? "\r"
        : escape == "b" ? "\b" : escape == "f" ? "\f" : escape;
    }
  }
  end = at + 1;
  return text;
}

// The text of a member of an object; null if it has none of that name that is a text.
export function member(json: string, name: string): string | null {
  let depth = 0;
  let at = 0;
  while (at < json.length) {
    const code = json.charCodeAt(at);
    if (code == 0x22) {
      const key = readString(json, at);
      at = end;
      if (depth == 1 && key == name && json.charAt(at) == ":" && json.charAt(at + 1) == "\"") {
        return readString(json, at + 1);
      }
    } else {
      if (code == 0x7b || code == 0x5b) {
        depth++;
      } else if (code == 0x7d || code == 0x5d) {
        depth--;
      }
      at++;
    }
  }
  return null;
}

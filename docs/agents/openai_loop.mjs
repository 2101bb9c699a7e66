// An agent on OpenAI's own client library. Every tool that the model calls goes through Sallyport.
// Needs Node.js 20 or later, and `npm ci` in this folder. usage: node openai_loop.mjs WHAT THE AGENT SHALL DO
import { randomUUID } from "node:crypto";
import OpenAI from "openai";

const { SALLYPORT_URL, SALLYPORT_TOKEN, MODEL = "gpt-5" } = process.env;
const model = new OpenAI(); // reads OPENAI_API_KEY and OPENAI_BASE_URL
const run_id = randomUUID(); // one conversation: its calls share a budget, and one that is sent again is known again

async function sallyport(path, body) {
  const answer = await fetch(SALLYPORT_URL + path, {
    method: body ? "POST" : "GET",
    headers: {
      Authorization: `Bearer ${SALLYPORT_TOKEN}`,
      "Content-Type": "application/json",
      Prefer: "wait=30",
    },
    body: body && JSON.stringify(body),
  });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${json.code}: ${json.detail}`);
  return { ...json, open: answer.status === 202 };
}

/**
 * The messages for the model, once every call has ended. A person who is asked has some minutes to answer, and reads
 * what the model said beside its calls (content).
 */
async function call({ content, tool_calls }) {
  for (;;) {
    const answer = await sallyport("/v1/openai/tool-calls", { content, tool_calls, run_id });
    if (!answer.open) return answer.messages;
    for (const { proposal_id, state } of answer.calls) {
      if (state?.phase === "approve") console.error(`waits for a person: ${proposal_id}`);
    }
    // The same message again asks again. Nothing runs twice.
  }
}

const tools = (await sallyport("/v1/tools?format=openai&limit=200")).items;
const messages = [{ role: "user", content: process.argv.slice(2).join(" ") }];
for (;;) {
  const { choices } = await model.chat.completions.create({ model: MODEL, messages, tools });
  const { message } = choices[0];
  messages.push(message);
  if (!message.tool_calls?.length) {
    console.log(message.content);
    break;
  }
  messages.push(...(await call(message)));
}

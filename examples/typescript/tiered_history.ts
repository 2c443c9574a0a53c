/**
 * Tiered history: the last 3 messages stay as they are, the 12 before are compacted, older ones are summarized.
 * Reads a JSON list of messages on standard input, writes the text of the new context:
 *
 *     npx tsx tiered_history.ts < history.json
 */
import OpenAI from "openai";
import { json } from "node:stream/consumers";

const client = new OpenAI({
  baseURL: process.env.LIMBECK_URL ?? "http://127.0.0.1:8787/v1",
  apiKey: process.env.LIMBECK_API_KEY ?? "any",
});

const FULL_MESSAGES = 3;
const COMPACTED_MESSAGES = 12;
const SUMMARY_MODEL = process.env.SUMMARY_MODEL ?? "gpt-4o-mini";

interface Message {
  role: string;
  content: string;
}

function transcript(messages: Message[]): string {
  return messages.map((message) => `${message.role}: ${message.content}`).join("\n");
}

async function ask(model: string, content: string): Promise<string> {
  const answer = await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
  return answer.choices[0]?.message.content ?? content;
}

async function tiered(history: Message[]): Promise<string> {
  const full = history.slice(-FULL_MESSAGES);
  const middle = history.slice(-FULL_MESSAGES - COMPACTED_MESSAGES, -FULL_MESSAGES);
  const older = history.slice(0, -FULL_MESSAGES - COMPACTED_MESSAGES);
  const [summary, compacted] = await Promise.all([
    older.length > 0 ? ask(SUMMARY_MODEL, `Summarize the key decisions and state: ${transcript(older)}`) : "",
    middle.length > 0 ? ask("morph-compact", transcript(middle)) : "",
  ]);
  return [summary, compacted, transcript(full)].filter((part) => part !== "").join("\n\n");
}

process.stdout.write(await tiered((await json(process.stdin)) as Message[]));

/**
 * Distill tool output inline, before it enters the history. Reads an output on standard input, writes what the
 * agent should see:
 *
 *     npm test 2>&1 | npx tsx tool_output.ts
 */
import OpenAI from "openai";
import { text } from "node:stream/consumers";

const client = new OpenAI({
  baseURL: process.env.LIMBECK_URL ?? "http://127.0.0.1:8787/v1",
  apiKey: process.env.LIMBECK_API_KEY ?? "any",
});

const THRESHOLD_TOKENS = 500;

/** Four characters a token: an estimate, good enough to tell short outputs from long ones. */
function estimateTokens(output: string): number {
  return Math.ceil(output.length / 4);
}

/** The output itself below the threshold, its most useful half from there on. */
async function distillToolOutput(output: string): Promise<string> {
  if (estimateTokens(output) < THRESHOLD_TOKENS) return output;
  const answer = await client.chat.completions.create({
    model: "morph-compact",
    messages: [{ role: "user", content: output }],
  });
  return answer.choices[0]?.message.content ?? output;
}

process.stdout.write(await distillToolOutput(await text(process.stdin)));

/**
 * The published Morph SDK, pointed at Limbeck. Reads a text on standard input; the first argument, if any, is the
 * query; writes the answer as JSON:
 *
 *     npx tsx morph_compact.ts "why does the login test fail?" < build.log
 */
import { CompactClient } from "@morphllm/morphsdk/tools/compact";
import { text } from "node:stream/consumers";

const client = new CompactClient({
  morphApiUrl: process.env.LIMBECK_HOST ?? "http://127.0.0.1:8787",
  morphApiKey: process.env.LIMBECK_API_KEY ?? "any",
});

const result = await client.compact({
  input: await text(process.stdin),
  query: process.argv[2],
  compressionRatio: 0.5,
});
console.log(JSON.stringify(result, null, 2));

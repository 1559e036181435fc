// The contracts as others read them: JSON Schema 2020-12 by Ajv, AsyncAPI by its own parser, and the
// old messages against both. Run it by tests/contracts/run, which installs the tools outside of the sources.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { Parser } from "@asyncapi/parser";

const root = process.argv[2];
const json = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
let failures = 0;
const fail = (text) => {
  failures += 1;
  console.error(`FAILED ${text}`);
};

// What schemars writes of Rust's integers beyond the formats that the standard names.
const INTEGERS = ["uint", "uint8", "uint16", "uint32", "uint64", "int8", "int16"];
const ajv = new Ajv({ strict: true, strictTuples: false, strictTypes: false, allErrors: true });
addFormats(ajv);
for (const name of INTEGERS) {
  ajv.addFormat(name, { type: "number", validate: Number.isInteger });
}

const schemas = new Map();
for (const file of readdirSync(join(root, "docs/schema")).sort()) {
  if (file === "asyncapi.json") continue;
  const name = file.replace(".json", "");
  try {
    schemas.set(name, ajv.compile(json(`docs/schema/${file}`)));
    console.log(`ok     docs/schema/${file}`);
  } catch (error) {
    fail(`docs/schema/${file}: ${error.message}`);
  }
}

const messages = "tests/fixtures/messages/v1";
let read = 0;
for (const file of readdirSync(join(root, messages)).sort()) {
  if (!file.endsWith(".json")) continue;
  const message = json(`${messages}/${file}`);
  const name = message.schema.replace(/^depesche\./, "").replace(/\/1$/, "");
  const validate = schemas.get(name);
  if (!validate) {
    fail(`${file}: no schema ${name}`);
  } else if (!validate(message)) {
    fail(`${file}: ${ajv.errorsText(validate.errors, { separator: "\n  " })}`);
  } else {
    read += 1;
  }
  // A schema that takes anything would prove nothing.
  if (validate && validate({ ...message, schema: 7 })) fail(`${file}: valid with a wrong schema`);
}
if (read === 0) fail(`no message in ${messages}`);
console.log(`ok     ${read} old messages`);

const { document, diagnostics } = await new Parser().parse(readFileSync(join(root, "docs/schema/asyncapi.json"), "utf8"));
// 0 is an error, 1 a warning; the rest is advice on style.
const serious = diagnostics.filter((one) => one.severity <= 1);
for (const one of serious) fail(`asyncapi.json: ${one.path.join("/")}: ${one.message}`);
if (document) {
  const channels = document.allChannels().all().map((channel) => channel.address());
  console.log(`ok     asyncapi.json: ${channels.join(" ")}`);
  if (channels.length !== 6) fail(`asyncapi.json: ${channels.length} channels`);
}
process.exit(failures === 0 ? 0 : 1);

// Reads the description of an API from standard input and says whether it is a valid one, and of which version.
import { Validator } from "@seriousme/openapi-schema-validator";

let text = "";
for await (const chunk of process.stdin) text += chunk;
const validator = new Validator();
const result = await validator.validate(JSON.parse(text));
console.log(result.valid ? `valid ${validator.version}` : JSON.stringify(result.errors, null, 1));

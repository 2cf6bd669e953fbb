// Validates documents against schema.graphql: node documents.mjs FILE…
//
// Each file is a collection of operations. Unused fragments and repeated operation names are allowed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  buildSchema, Kind, NoUnusedFragmentsRule, parse, printError, Source, specifiedRules, UniqueOperationNamesRule, validate,
} from 'graphql';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const schema = buildSchema(readFileSync(path.resolve(HERE, '../../schema.graphql'), 'utf8'));
const rules = specifiedRules.filter(rule => rule !== NoUnusedFragmentsRule && rule !== UniqueOperationNamesRule);

for (const file of process.argv.slice(2)) {
  let operations = 0;
  let errors;
  try {
    const document = parse(new Source(readFileSync(file, 'utf8'), file));
    operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length;
    // Reports all errors. By default, graphql-js stops at a hundred.
    errors = validate(schema, document, rules, { maxErrors: Infinity });
  } catch (error) {
    if (error.name !== 'GraphQLError') {
      throw error;
    }
    errors = [error];
  }
  for (const error of errors) {
    console.error(`${printError(error)}\n`);
  }
  console.log(`${file}: ${operations} operations, ${errors.length} errors`);
  if (errors.length > 0) {
    process.exitCode = 1;
  }
}

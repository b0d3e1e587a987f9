// Runs manifests of the W3C against a live endpoint and prints what each test came to, as JSON.
"use strict";

const { TestCaseProtocol, TestSuiteRunner } = require("rdf-test-suite");

const { manifests, mapping, endpoint, socket, milliseconds } = JSON.parse(process.argv[2]);

// The endpoint has a name of its own, which leads to the socket as if by DNS.
const send = globalThis.fetch;
globalThis.fetch = (url, options) => send(url.replace(endpoint, socket), options);

// The graphs of the tests are there already: what is only read takes no `DROP ALL; INSERT DATA`.
TestCaseProtocol.prototype.loadGraphData = async () => {};

async function run() {
  const results = [];
  for (const manifest of manifests) {
    results.push(
      ...(await new TestSuiteRunner().runManifest(manifest, {}, {
        customEngingeOptions: { protocolEndpoint: endpoint, serviceDescriptionEndpoint: endpoint },
        timeOutDuration: milliseconds,
        urlToFileMapping: mapping,
      })),
    );
  }
  return results.map(({ test, ok, error }) => ({
    id: test.uri,
    passed: ok,
    message: error ? error.message : "",
  }));
}

run().then((results) => process.stdout.write(JSON.stringify(results)));

// A client generated from the schema by protoc-gen-es, over Connect's own transport: node client.mjs URL
import assert from "node:assert/strict";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport } from "@connectrpc/connect-node";
import { ErrorInfoSchema } from "./gen/google/rpc/error_details_pb.js";
import { ComparisonService } from "./gen/occupare/v1/comparison_service_pb.js";
import { OccupationService } from "./gen/occupare/v1/occupation_service_pb.js";

const comparands = [{ name: "patient-services-manager" }, { name: "service-director" }];

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return ConnectError.from(error);
  }
  assert.fail("it did not fail");
}

for (const useBinaryFormat of [true, false]) {
  for (const compressed of [true, false]) {
    const transport = createConnectTransport({
      baseUrl: process.argv[2], httpVersion: "1.1", useBinaryFormat,
      ...(compressed ? { sendCompression: compressionGzip, compressMinBytes: 1 } : { acceptCompression: [] }),
    });
    const comparisons = createClient(ComparisonService, transport);
    const occupations = createClient(OccupationService, transport);

    const { comparison, dataset } = await comparisons.compareOccupations({ comparands });
    assert.deepEqual(comparison.comparands.map((c) => c.id), comparands.map((c) => c.name));
    const row = comparison.sections.flatMap((s) => s.rows).find((r) => r.field === "salary.annual_mean");
    assert.deepEqual(row.cells.map((c) => c.value.value.value), [69729, 114981]);
    assert.ok(dataset.generation >= 1n);

    const unknown = await failure(occupations.getOccupation({ name: "nobody" }));
    assert.equal(unknown.code, Code.NotFound);
    const [info] = unknown.findDetails(ErrorInfoSchema);
    assert.equal(info.reason, "OCCUPATION_NOT_FOUND");
    assert.equal(info.domain, "occupare");

    const one = await failure(comparisons.compareOccupations({ comparands: comparands.slice(1) }));
    assert.equal(one.code, Code.InvalidArgument);

    const readOnly = await failure(occupations.createOccupation({ occupation: { title: "New One" } }));
    assert.equal(readOnly.code, Code.FailedPrecondition);

    const listed = await occupations.listOccupations({ pageSize: 1 }, { timeoutMs: 5000 });
    assert.equal(listed.items.length, 1);
    assert.equal(listed.totalSize, 2n);
  }
}
console.log("all answered");

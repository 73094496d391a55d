import { ApiError, validationError } from "../../http/apiError.ts";
import type { OperationTable } from "./call.ts";

/** What customers and agents put is of associations, or of a type of one's own; patch compliance comes from patching alone. */
const putTypes = /^(?:Association$|Custom:)/;

export const putComplianceOperations = {
  /**
   * Replaces what was put of a type; with the hash of what is there and no items, only its time is new. The upload type
   * PARTIAL is refused. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutComplianceItems.html
   */
  PutComplianceItems: (call, request) => {
    const { ResourceId, ResourceType, ComplianceType, ExecutionSummary, Items, ItemContentHash } = request;
    if (ResourceType !== "ManagedInstance") throw new ApiError("InvalidResourceType", "");
    const node = call.region.nodes.get(ResourceId);
    if (node === undefined) throw new ApiError("InvalidResourceId", `${ResourceId} is no managed node.`);
    if (!putTypes.test(ComplianceType))
      throw validationError(`Putting compliance of the type ${ComplianceType} is not covered by the embedded cloud.`);
    if (request.UploadType === "PARTIAL")
      throw validationError("UploadType PARTIAL is not covered by the embedded cloud.");
    const known = node.putCompliance.get(ComplianceType);
    const isSame = Items.length === 0 && known !== undefined && known.hash === ItemContentHash;
    const items = isSame ? known.items : Items.map((item) => ({ ComplianceType, ResourceType, ResourceId, ...item }));
    node.putCompliance.set(ComplianceType, {
      hash: ItemContentHash,
      items: items.map((item) => ({ ...item, ExecutionSummary })),
    });
    return {};
  },
} satisfies OperationTable;

import { Command } from "commander";
import { exitCodes } from "../cli/exitCodes.ts";
import {
  isVendorTableOld,
  vendorSupportCheckedOn,
  vendorSupportDays,
  vendorTableAge,
} from "../../domain/checks/vendorSupport.ts";
import { instant } from "../cli/options.ts";

/* The nightly job's look at the table of vendor support: it ages although nobody touches it. */

const { asOf = new Date() } = new Command("vendorSupport")
  .description("tells how old the table of vendor support is; ends with 1 when its dates have to be looked up again")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? exitCodes.fine : exitCodes.usage))
  .option("--as-of <instant>", "takes the place of the present", instant)
  .parse()
  .opts<{ readonly asOf?: Date }>();

const old = isVendorTableOld(asOf);
const limit = `at most ${String(vendorSupportDays.tableAge)} are allowed`;
const todo = old ? ": compare domain/checks/vendorSupportTable.ts with the pages it names, then set its date" : "";
process.stdout.write(
  `vendor support: checked on ${vendorSupportCheckedOn}, ${String(vendorTableAge(asOf))} days ago, ${limit}${todo}\n`,
);
process.exitCode = old ? exitCodes.findings : exitCodes.fine;

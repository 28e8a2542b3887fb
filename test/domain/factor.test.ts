import { describe, expect, it } from "vitest";
import { formatPerThousand, formatPrincipalFactor } from "../../server/domain/factor.ts";

describe("formatPrincipalFactor", () => {
  it("refuses a class without an original balance", () => {
    expect(() => formatPrincipalFactor(0n, 0n)).toThrow("Expected zero or more over more than zero, not 0/0.");
  });

  it.each([
    [20_721_724_987n, 26_500_000_000n, "0.7819519"],
    [3_000n, 3_000n, "1.0000000"],
    [0n, 3_000n, "0.0000000"],
    [1n, 20_000_000n, "0.0000001"],
    [1n, 20_000_001n, "0.0000000"],
  ])("%d of %d is %s", (outstandingMinor, originalMinor, factor) => {
    expect(formatPrincipalFactor(outstandingMinor, originalMinor)).toBe(factor);
  });
});

describe("formatPerThousand", () => {
  it("refuses a class without an original balance", () => {
    expect(() => formatPerThousand(1n, 0n)).toThrow("not 10000000000/0.");
  });

  it.each([
    [5_778_275_013n, 26_500_000_000n, "218.0481137"],
    [48_889_167n, 35_700_000_000n, "1.3694445"],
    [0n, 26_500_000_000n, "0.0000000"],
    [26_500_000_000n, 26_500_000_000n, "1000.0000000"],
  ])("%d on %d is %s", (paidMinor, originalMinor, perThousand) => {
    expect(formatPerThousand(paidMinor, originalMinor)).toBe(perThousand);
  });
});

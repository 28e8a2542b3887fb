import { createHash } from "node:crypto";
import { calledName, isBoolean, isNode, member, rangeOf, walk, type Node } from "./ast.ts";

/** One change of a source. */
export interface Mutant {
  /** Stays the same as long as the source does. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly what: string;
  readonly original: string;
  readonly replacement: string;
  /** Bytes of the source that the replacement takes the place of. */
  readonly start: number;
  readonly end: number;
}

type Change = readonly [what: string, node: Node, replacement: string];

const BOUNDARIES: Readonly<Record<string, string>> = { "<": "<=", "<=": "<", ">": ">=", ">=": ">" };
const FLIPS: Readonly<Record<string, string>> = { "==": "!=", "!=": "==" };
const CHAINS = ["&&", "||", "|"];

/**
 * Every mutant of a source: each condition negated and removed, each operand of a chain removed, each comparison moved by
 * its boundary or turned round, each guard removed.
 * @param source Text of the file, whose bytes the tree counts.
 */
export function mutantsOf(file: string, source: string, tree: Node): Mutant[] {
  const bytes = Buffer.from(source);
  const textOf = (node: Node) => bytes.subarray(...rangeOf(node)).toString();
  const seen = new Map<string, Mutant>();
  for (const [node, parent] of walk(tree)) {
    for (const [what, changed, replacement] of changesOf(node, parent, textOf)) {
      const [start, end] = rangeOf(changed);
      const id = createHash("sha256")
        .update(`${file}\n${source}\n${start}\n${end}\n${replacement}`)
        .digest("hex")
        .slice(0, 16);
      const line = bytes.subarray(0, start).toString().split("\n").length;
      const mutant = { id, file, line, what, original: textOf(changed), replacement, start, end };
      if (!seen.has(id)) seen.set(id, mutant);
    }
  }
  return [...seen.values()].toSorted((a, b) => a.start - b.start);
}

/** The source with one mutant in it. */
export function mutated(source: string, { start, end, replacement }: Mutant): string {
  const bytes = Buffer.from(source);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(replacement), bytes.subarray(end)]).toString();
}

type TextOf = (node: Node) => string;

function changesOf(node: Node, parent: Node | undefined, textOf: TextOf): Change[] {
  return [...ofCondition(node, textOf), ...ofOperator(node, parent, textOf), ...ofGuard(node, textOf)];
}

/** Conditions are what branches, flags and answers of functions hang on. */
function ofCondition(node: Node, textOf: TextOf): Change[] {
  const negated = (condition: Node): Change => ["condition negated", condition, `!(${textOf(condition)})`];
  if (node.nodeType === "IfStatement") {
    const condition = member(node, "condition")!;
    return [negated(condition), ["condition removed", condition, "false"]];
  }
  if (node.nodeType === "Conditional") {
    const condition = member(node, "condition")!;
    return [
      ["first branch always", condition, "true"],
      ["second branch always", condition, "false"],
    ];
  }
  const value = node.nodeType === "VariableDeclarationStatement" ? member(node, "initialValue") : undefined;
  const answer = node.nodeType === "Return" ? member(node, "expression") : undefined;
  return [value, answer].filter((found) => found !== undefined && isBoolean(found)).map((found) => negated(found!));
}

function ofOperator(node: Node, parent: Node | undefined, textOf: TextOf): Change[] {
  if (node.nodeType === "Assignment" && node["operator"] === "|=") {
    return [["term removed", member(node, "rightHandSide")!, "0"]];
  }
  if (node.nodeType !== "BinaryOperation") return [];
  const operator = node["operator"] as string;
  const [left, right] = [textOf(member(node, "leftExpression")!), textOf(member(node, "rightExpression")!)];
  const moved = BOUNDARIES[operator];
  if (moved !== undefined) return [["boundary moved", node, `${left} ${moved} ${right}`]];
  const flipped = FLIPS[operator];
  // Turning a whole condition round is the same as negating it.
  if (flipped !== undefined) {
    const isOperand = parent?.nodeType === "BinaryOperation" || parent?.nodeType === "FunctionCall";
    return isOperand ? [["comparison turned round", node, `${left} ${flipped} ${right}`]] : [];
  }
  const isInner = parent?.nodeType === "BinaryOperation" && parent["operator"] === operator;
  return CHAINS.includes(operator) && !isInner ? ofChain(node, operator, textOf) : [];
}

/** Each operand of `a && b && c` left out in turn. */
function ofChain(chain: Node, operator: string, textOf: TextOf): Change[] {
  const operands = operandsOf(chain, operator);
  return operands.flatMap((operand, i) => {
    // A term of a set of bits is removed by its condition.
    if (calledName(operand) === "_when") return [];
    const rest = operands.toSpliced(i, 1).map(textOf).join(` ${operator} `);
    return [["operand removed", chain, rest] as const];
  });
}

function operandsOf(node: Node, operator: string): Node[] {
  if (node.nodeType !== "BinaryOperation" || node["operator"] !== operator) return [node];
  return ["leftExpression", "rightExpression"].flatMap((side) => operandsOf(member(node, side)!, operator));
}

/** Functions whose names begin so refuse or do nothing. */
const isGuard = (call: Node) => /^_?require/.test(calledName(call) ?? "");

/** Calls and modifiers that refuse, and the terms of a set of reasons. */
function ofGuard(node: Node, textOf: TextOf): Change[] {
  if (node.nodeType === "ModifierInvocation") {
    return node["kind"] === "modifierInvocation" ? [["modifier removed", node, ""]] : [];
  }
  if (node.nodeType === "ExpressionStatement") {
    const call = member(node, "expression", "FunctionCall");
    return call !== undefined && isGuard(call) ? [["guard removed", call, "0"]] : [];
  }
  if (node.nodeType !== "FunctionCall") return [];
  const [first] = (node["arguments"] as unknown[]).filter(isNode);
  if (first === undefined) return [];
  const name = calledName(node);
  const negated = ["condition negated", first, `!(${textOf(first)})`] as const;
  if (name === "_when") return [negated, ["condition removed", first, "false"]];
  if (isGuard(node) && isBoolean(first)) return [negated];
  // The party stays known, only what it must hold is not asked.
  const isRole = name === "requireRole" || name === "requireEitherRole" || name === "requireDealRole";
  return isRole ? [["role not asked", node, `PARTIES.partyOf(${textOf(first)})`]] : [];
}

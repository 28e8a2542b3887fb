/** A node of the compiler's syntax tree; other members depend on its kind. */
export interface Node {
  readonly nodeType: string;
  /** Start and length in bytes, and the number of the source. */
  readonly src: string;
  readonly [member: string]: unknown;
}

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).nodeType === "string";

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
}

/** Every node below and with its parent, outer nodes first. */
export function* walk(node: Node, parent?: Node): Generator<[node: Node, parent: Node | undefined]> {
  yield [node, parent];
  for (const child of childrenOf(node)) yield* walk(child, node);
}

/** First byte of a node and the byte after its last. */
export function rangeOf({ src }: Node): [start: number, end: number] {
  const [start, length] = src.split(":").map(Number) as [number, number];
  return [start, start + length];
}

/** A member that is a node of some kinds, or of any. */
export function member(node: Node, name: string, ...kinds: string[]): Node | undefined {
  const value = node[name];
  return isNode(value) && (kinds.length === 0 || kinds.includes(value.nodeType)) ? value : undefined;
}

/** Whether the compiler found an expression to be true or false. */
export function isBoolean(node: Node): boolean {
  return (node["typeDescriptions"] as { typeString?: string } | undefined)?.typeString === "bool";
}

/** Name of the function that a call calls, without the object it is called on. */
export function calledName(call: Node): string | undefined {
  const called = member(call, "expression");
  return (called?.["name"] ?? called?.["memberName"]) as string | undefined;
}

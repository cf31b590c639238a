// Which events React listens to: those that the sources name as a property, as onClick or onClickCapture.
import type { ESTree } from "vite";
import { isNamed, isText, walk, type Edit, type Node } from "./tree.ts";
import type { Facts } from "./values.ts";

/** React registers the handlers of an event by one of these, with the browser's events that lead to it. */
const register = /^register(Simple|Direct|TwoPhase)Event$/;
/** The events that are named alike in React and in browsers: a list in one string, and one more that is pushed. */
const plain = "simpleEventPluginEvents";
const handler = (event: string) => `on${event.slice(0, 1).toUpperCase()}${event.slice(1)}`;

/** The function that answers an event, and one that is asked with the names of events of others, too. */
export const dispatching = { dispatch: "dispatchEventForPluginEventSystem", priority: "getEventPriority" };

interface Registrations {
  /** The string with the list. */
  list: ESTree.StringLiteral;
  pushed: { statement: Node; event: string }[];
  calls: { statement: Node; call: ESTree.CallExpression }[];
}

function registrationsIn(program: ESTree.Program): Registrations {
  const lists: ESTree.StringLiteral[] = [];
  const found: Omit<Registrations, "list"> = { pushed: [], calls: [] };
  for (const statement of program.body) {
    if (statement.type === "VariableDeclaration") {
      for (const { id, init } of statement.declarations) if (isNamed(id, plain) && init !== null) walk(init, (one) => void (isText(one) && /\w/.test(one.value) && lists.push(one)));
    }
    const call = statement.type === "ExpressionStatement" && statement.expression.type === "CallExpression" ? statement.expression : null;
    if (call === null) continue;
    if (isNamed(call.callee, register)) found.calls.push({ statement, call });
    if (call.callee.type === "MemberExpression" && isNamed(call.callee.object, plain) && isText(call.arguments[0])) found.pushed.push({ statement, event: call.arguments[0].value });
  }
  const [list, ...more] = lists;
  if (list === undefined || more.length > 0) throw new Error("React's list of plain events is not where it was, see scripts/react/events.ts");
  return { ...found, list };
}

/** Cuts the registrations of handlers that nobody has, and what only calls such. */
export function cutEvents(program: ESTree.Program, said: ReadonlySet<string>): Edit[] {
  const has = (name: string) => said.has(name) || said.has(`${name}Capture`);
  const { list, pushed, calls } = registrationsIn(program);
  const plugins = program.body.filter((node) => node.type === "FunctionDeclaration" && isNamed(node.id, dispatching.dispatch)).flatMap(pluginsIn);
  const unused = [
    ...pushed.filter(({ event }) => !has(handler(event))).map(({ statement }) => statement),
    ...calls.filter(({ call }) => handlersIn(call).every((name) => !has(name)) && handlersIn(call).length > 0).map(({ statement }) => statement),
    ...plugins.filter((plugin) => handlersIn(plugin).every((name) => !has(name)) && handlersIn(plugin).length > 0),
  ];
  const kept = list.value.split(" ").filter((event) => has(handler(event)));
  return [{ start: list.start, end: list.end, text: JSON.stringify(kept.join(" ")) }, ...unused.map(({ start, end }) => ({ start, end, text: ";" }))];
}

/** React's event plugins: they stand one after the other in a block; the one for the actions of forms is the last. */
function pluginsIn(dispatch: Node): readonly Node[] {
  const blocks: Node[][] = [];
  walk(dispatch, (one) => {
    const last = one.type === "BlockStatement" ? one.body[one.body.length - 1] : undefined;
    if (one.type === "BlockStatement" && last?.type === "ExpressionStatement" && last.expression.type === "CallExpression" && isNamed(last.expression.callee, "extractEvents$1")) blocks.push(one.body);
  });
  const [plugins, ...more] = blocks;
  if (plugins === undefined || more.length > 0) throw new Error("React's event plugins are not where they were, see scripts/react/events.ts");
  return plugins.filter((one) => one.type !== "VariableDeclaration");
}

function handlersIn(node: Node): string[] {
  const found: string[] = [];
  walk(node, (one) => void (isText(one) && /^on[A-Z]\w+$/.test(one.value) && found.push(one.value)));
  return found;
}

/** Answers for comparisons of an event's name, as a browser has it, with one that nobody registered. */
export function eventNames(program: ESTree.Program): Facts {
  const { list, pushed, calls } = registrationsIn(program);
  const registered = new Set([...list.value.split(" "), ...pushed.map(({ event }) => event)].map((event) => event.toLowerCase()));
  for (const { call } of calls) {
    walk(call, (one) => {
      if (isText(one)) for (const event of one.value.split(" ")) registered.add(event);
      // Names that differ between browsers are kept in variables.
      if (one.type === "Identifier") registered.add(one.name);
    });
  }
  const none = (node: Node) => (isText(node) && !registered.has(node.value)) || (isNamed(node, /^(ANIMATION|TRANSITION)_/) && !registered.has(node.name));
  const asked = new Set<Node>();
  for (const node of program.body) {
    if (node.type === "FunctionDeclaration" && !isNamed(node.id, dispatching.priority)) walk(node, (one) => void (isNamed(one, "domEventName") && asked.add(one)));
  }
  return (node) => {
    if (node.type !== "BinaryExpression" || !/^[!=]==$/.test(node.operator)) return undefined;
    const { left, right } = node;
    return (none(left) && asked.has(right)) || (none(right) && asked.has(left)) ? { value: node.operator === "!==" } : undefined;
  };
}

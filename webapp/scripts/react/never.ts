// What never happens in these pages, by what their sources import and say. This is where the cuts in React begin: each
// claim answers a few of React's questions, and what nothing reaches any more is cut (reduce.ts).
import { isNamed, isText, type Node } from "./tree.ts";
import type { Sources } from "./sources.ts";
import type { Facts, Known } from "./values.ts";

interface Claim {
  holds(sources: Sources): boolean;
  /** Types of elements that do not exist, by React's variable. */
  types?: string[];
  /** Elements that do not exist, where React asks for them by name. */
  elements?: string[];
  /** Functions of React's that answer no, or whose answer nobody needs. */
  no?: string[];
  /** Fields that always have one value. */
  fields?: Record<string, Known>;
  /** What has to be gone from React's code in the end, or the claim was not understood. */
  gone: string[];
}

const noImport = (...names: string[]) => ({ imported }: Sources) => !names.some((name) => imported.has(name));
const noWord = (...names: string[]) => ({ said }: Sources) => !names.some((name) => said.has(name));
const noElement = (...names: string[]) => ({ elements }: Sources) => !names.some((name) => elements.has(name));
/** Nor does a form come from a server, whose action waits until the page is alive. */
const noFormAction = ({ attributes, said, imported }: Sources) => !attributes.has("action") && !said.has("formAction") && !imported.has("hydrateRoot");

export const claims: Claim[] = [
  { holds: noImport("Suspense"), types: ["REACT_SUSPENSE_TYPE"], gone: ["updateSuspenseComponent"] },
  { holds: noImport("SuspenseList", "unstable_SuspenseList"), types: ["REACT_SUSPENSE_LIST_TYPE"], gone: ["updateSuspenseListComponent"] },
  { holds: noImport("Activity"), types: ["REACT_ACTIVITY_TYPE"], gone: ["updateActivityComponent"] },
  { holds: noImport("Profiler"), types: ["REACT_PROFILER_TYPE"], gone: ["REACT_PROFILER_TYPE"] },
  { holds: noImport("lazy"), types: ["REACT_LAZY_TYPE"], gone: ["resolveLazy"] },
  { holds: noImport("forwardRef"), types: ["REACT_FORWARD_REF_TYPE"], gone: ["updateForwardRef"] },
  { holds: noImport("memo"), types: ["REACT_MEMO_TYPE"], gone: ["updateMemoComponent"] },
  { holds: noImport("createPortal"), types: ["REACT_PORTAL_TYPE"], gone: ["createFiberFromPortal"] },
  // useContext and use read a context without it; only an element of it is this.
  { holds: (sources) => noImport("createContext")(sources) || noWord("Consumer")(sources), types: ["REACT_CONSUMER_TYPE"], gone: ["REACT_CONSUMER_TYPE"] },
  { holds: noImport("Component", "PureComponent"), no: ["shouldConstruct"], gone: ["updateClassComponent"] },
  // What waits for a server's page to come alive.
  { holds: noImport("hydrateRoot"), no: ["popHydrationState", "queueIfContinuousEvent", "retryIfBlockedOn"], fields: { isDehydrated: { value: false } }, gone: ["popHydrationState"] },
  // The state of the transition that runs. React starts one for a form's action by itself.
  {
    holds: (sources) => noImport("startTransition", "useTransition", "useOptimistic", "useActionState", "useDeferredValue")(sources) && noFormAction(sources),
    fields: { "ReactSharedInternals.T": { value: null } },
    gone: ["startTransition"],
  },
  { holds: noFormAction, no: ["extractEvents$1"], gone: ["startHostTransition"] },
  { holds: noWord("onSelect", "onSelectCapture"), no: ["constructSelectEvent"], gone: ["constructSelectEvent"] },
  // Elements that React moves to the head of the page, and the page's own.
  { holds: noElement("title", "meta", "link", "style", "script"), no: ["isHostHoistableType"], gone: ["getResource"] },
  { holds: noElement("html", "head", "body"), elements: ["html", "head", "body"], gone: ["resolveSingletonInstance"] },
  { holds: ({ tags }) => ![...tags].some((tag) => tag.includes("-")), no: ["isCustomElement"], gone: ["setPropOnCustomElement"] },
  ...["dangerouslySetInnerHTML", "formAction", "srcSet", "itemProp"].map((field) => ({ holds: noWord(field), fields: { [field]: { value: undefined } }, gone: [] })),
];

/** The answers of the claims that hold. */
export function answers(holding: readonly Claim[]): Facts {
  const types = new Set(holding.flatMap((claim) => claim.types ?? []));
  const elements = new Set(holding.flatMap((claim) => claim.elements ?? []));
  const no = new Set(holding.flatMap((claim) => claim.no ?? []));
  const fields = new Map(holding.flatMap((claim) => Object.entries(claim.fields ?? {})));
  const isNone = (node: Node, other: Node): boolean =>
    node.type === "Identifier" ? types.has(node.name) : isText(node) && elements.has(node.value) && isNamed(other, "type");
  return (node) => {
    switch (node.type) {
      case "CallExpression":
        return node.callee.type === "Identifier" && no.has(node.callee.name) ? { value: false } : undefined;
      case "BinaryExpression":
        if (!/^[!=]==?$/.test(node.operator)) return undefined;
        return isNone(node.left, node.right) || isNone(node.right, node.left) ? { value: node.operator.startsWith("!") } : undefined;
      case "MemberExpression": {
        if (node.computed || node.property.type !== "Identifier") return undefined;
        const { name } = node.property;
        return fields.get(name) ?? (node.object.type === "Identifier" ? fields.get(`${node.object.name}.${name}`) : undefined);
      }
      default:
        return undefined;
    }
  };
}

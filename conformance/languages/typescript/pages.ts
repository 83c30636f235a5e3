// Reads all pages of a list, by the pagination that operations.json describes.

export interface Pagination {
  style: "offset" | "page" | "cursor" | "window" | "single";
  items: string | string[];
  param?: string; size?: string; first?: number; default?: number; always?: boolean;
  next?: string; more?: string; total?: string; until?: "short" | "empty";
  empty?: number[]; max?: string; pages?: Omit<Pagination, "style" | "items">;
}
type Query = Record<string, unknown>;
type Answer = { data?: unknown; error?: unknown; response: Response };

/** at returns the value under a dotted name; "" is the whole value. */
const at = (value: any, name: string): any => (name === "" ? value : name.split(".").reduce((v, part) => v?.[part], value));

function elements(page: unknown, names: string | string[]): unknown[] {
  return [names].flat().flatMap((name) => {
    const lists = name.endsWith(".*") ? Object.values(at(page, name.slice(0, -2)) ?? {}).filter(Array.isArray) : [at(page, name)];
    return lists.flatMap((list) => list ?? []);
  });
}

/** pages yields the elements of each page. A window goes from one instant to another, in pieces that the API allows. */
export async function* pages(p: Pagination, get: (query: any) => Promise<Answer>, query: Query = {}, window?: [Date, Date]): AsyncGenerator<unknown[]> {
  if (p.style === "window") {
    const [from, to] = window!;
    for (let start = +from; start < +to; start += hours(p.max) * 3600e3) {
      const end = Math.min(start + hours(p.max) * 3600e3, +to);
      const part = { ...query, [p.param!]: `${instant(start)}/${instant(end)}` };
      yield* pages({ items: p.items, ...(p.empty && { empty: p.empty }), ...p.pages, style: p.pages ? "page" : "single" }, get, part);
    }
    return;
  }
  const size = Number(query[p.size!] ?? p.default);
  let move: unknown = p.style === "cursor" ? undefined : p.first ?? 0;
  for (let read = 0, first = true; ; first = false) {
    const sent = { ...query, ...(p.param && (p.always || !first) && { [p.param]: move }), ...(p.size && p.always && { [p.size]: size }) };
    const { data, error, response } = await get(sent);
    if (p.empty?.includes(response.status) || response.status === 204) return;
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(error)}`);
    const list = elements(data, p.items);
    read += list.length;
    yield list;
    const more = p.more && at(data, p.more), total = p.total && at(data, p.total), next = p.next && at(data, p.next);
    if (p.style === "single" || (p.style === "cursor" && !next) || (p.more && (!more || more.length === 0)) || (total && read >= total)) return;
    if (list.length === 0 && p.style !== "cursor") return;
    if (p.until === "short" && list.length < size) return;
    move = p.style === "offset" ? read : p.style === "page" ? Number(move) + 1 : next;
  }
}

const hours = (duration = "PT1H") => Number(/\d+/.exec(duration)![0]) * (duration.includes("T") ? 1 : 24);
const instant = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, "");

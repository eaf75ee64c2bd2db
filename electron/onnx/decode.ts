import { AssayError } from '../contract/errors.ts';
import { type Attribute, Attributes } from './attributes.ts';
import { type Dim, type Graph, type Model, type Node, type ValueInfo } from './graph.ts';
import { decodeTensor, type ExternalData } from './decode-tensor.ts';
import { type Tensor, typeOfNumber } from './tensor.ts';
import { decodeUtf8, Reader, Wire, WireError } from './wire.ts';

export interface DecodeOptions {
  /** File name for error messages. */
  subject?: string;
  /**
   * Bytes of a file beside the model (plain relative name, checked against escapes), or undefined where there is none.
   * Asked once for every tensor that lies outside; the caller may cache.
   */
  external?: ExternalData;
}

/**
 * Reads an ONNX file. Tensors are copied out of `bytes`.
 * @throws AssayError `model/not-onnx` for bytes that are no ONNX model, `model/external-data` where a tensor lies in a
 * file that `external` does not give.
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions = {}): Model {
  try {
    return readModel(bytes, options);
  } catch (fault) {
    if (!(fault instanceof WireError)) throw fault;
    const subject = options.subject ?? 'The file';
    throw new AssayError('model/not-onnx', { subject, values: { reason: fault.message }, cause: fault });
  }
}

/** Gathers fields that nobody reads. */
export class Rest {
  readonly #parts: Uint8Array[] = [];
  keep(reader: Reader): void {
    this.#parts.push(reader.raw());
  }
  /** `{ extra }` or nothing, to be spread into the decoded value. */
  get extra(): { extra?: Uint8Array } {
    if (this.#parts.length === 0) return {};
    const whole = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return { extra: whole };
  }
}

function readModel(bytes: Uint8Array, options: DecodeOptions): Model {
  const reader = new Reader(bytes);
  const rest = new Rest();
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const head = { irVersion: 0, producerName: '', producerVersion: '', domain: '', modelVersion: 0, documentation: '' };
  let graph: Graph | undefined;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        head.irVersion = reader.int();
        break;
      case 2:
        head.producerName = text(reader);
        break;
      case 3:
        head.producerVersion = text(reader);
        break;
      case 4:
        head.domain = text(reader);
        break;
      case 5:
        head.modelVersion = reader.int();
        break;
      case 6:
        head.documentation = text(reader);
        break;
      case 7:
        graph = readGraph(message(reader), options);
        break;
      case 8: {
        const [domain, version] = readOpset(message(reader));
        opsets.set(domain, version);
        break;
      }
      case 14: {
        const [key, value] = readEntry(message(reader));
        metadata.set(key, value);
        break;
      }
      default:
        rest.keep(reader);
    }
  }
  if (graph === undefined || head.irVersion < 1) throw new WireError('it holds no graph');
  return { ...head, opsets, metadata, graph, ...rest.extra };
}

/** A nested message of the current field. */
export function message(reader: Reader): Reader {
  if (reader.wire !== Wire.bytes) throw new WireError(`field ${reader.field} is no message`);
  return new Reader(reader.sub());
}

/** A text of the current field. */
export function text(reader: Reader): string {
  if (reader.wire !== Wire.bytes) throw new WireError(`field ${reader.field} is no text`);
  return reader.string();
}

function readOpset(reader: Reader): [string, number] {
  let domain = '';
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = text(reader);
    else if (reader.field === 2) version = reader.int();
    else reader.raw();
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** StringStringEntryProto. */
export function readEntry(reader: Reader): [string, string] {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = text(reader);
    else if (reader.field === 2) value = text(reader);
    else reader.raw();
  }
  return [key, value];
}

function readGraph(reader: Reader, options: DecodeOptions): Graph {
  const graph: Graph = { name: '', nodes: [], initializers: new Map(), inputs: [], outputs: [], values: [] };
  const rest = new Rest();
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        graph.nodes.push(readNode(message(reader), options));
        break;
      case 2:
        graph.name = text(reader);
        break;
      case 5: {
        const { name, tensor } = readTensor(message(reader), options);
        graph.initializers.set(name, tensor);
        break;
      }
      case 11:
        graph.inputs.push(readValueInfo(message(reader)));
        break;
      case 12:
        graph.outputs.push(readValueInfo(message(reader)));
        break;
      case 13:
        graph.values.push(readValueInfo(message(reader)));
        break;
      default:
        rest.keep(reader);
    }
  }
  return { ...graph, ...rest.extra };
}

function readTensor(reader: Reader, options: DecodeOptions): { name: string; tensor: Tensor } {
  return decodeTensor(reader, options.external, options.subject ?? 'The file');
}

function readNode(reader: Reader, options: DecodeOptions): Node {
  const rest = new Rest();
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, Attribute][] = [];
  let [name, op, domain] = ['', '', ''];
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        inputs.push(text(reader));
        break;
      case 2:
        outputs.push(text(reader));
        break;
      case 3:
        name = text(reader);
        break;
      case 4:
        op = text(reader);
        break;
      case 5:
        attributes.push(readAttribute(message(reader), options));
        break;
      case 7:
        domain = text(reader);
        break;
      default:
        rest.keep(reader);
    }
  }
  return {
    op,
    name,
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs,
    outputs,
    attributes: new Attributes(attributes),
    ...rest.extra,
  };
}

/** AttributeProto.type, where it is one that Assay reads. */
const KINDS = new Map<number, Attribute['kind']>([
  [1, 'float'],
  [2, 'int'],
  [3, 'string'],
  [4, 'tensor'],
  [5, 'graph'],
  [6, 'floats'],
  [7, 'ints'],
  [8, 'strings'],
]);

function readAttribute(reader: Reader, options: DecodeOptions): [string, Attribute] {
  const raw = (): Attribute => ({ kind: 'raw', value: reader.bytes.slice() });
  const [floats, ints, strings]: [number[], number[], Uint8Array[]] = [[], [], []];
  let [name, type, float, int] = ['', 0, 0, 0];
  let string: Uint8Array = new Uint8Array(0);
  let [tensor, graph]: [Tensor | undefined, Graph | undefined] = [undefined, undefined];
  let seen: Attribute['kind'] = 'raw';
  let unread = false;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        name = text(reader);
        break;
      case 2:
        float = reader.float();
        seen = 'float';
        break;
      case 3:
        int = reader.int();
        seen = 'int';
        break;
      case 4:
        string = reader.sub();
        seen = 'string';
        break;
      case 5:
        tensor = readTensor(message(reader), options).tensor;
        seen = 'tensor';
        break;
      case 6:
        graph = readGraph(message(reader), options);
        seen = 'graph';
        break;
      case 7:
        reader.each(Wire.fixed32, (r) => floats.push(r.float()));
        seen = 'floats';
        break;
      case 8:
        reader.each(Wire.varint, (r) => ints.push(r.int()));
        seen = 'ints';
        break;
      case 9:
        strings.push(reader.sub());
        seen = 'strings';
        break;
      case 13: // documentation of the attribute: of no use to a program
        reader.raw();
        break;
      case 20:
        type = reader.varint();
        break;
      default: // a reference inside a function body, sparse tensors, types
        reader.raw();
        unread = true;
    }
  }
  if (unread) return [name, raw()];
  // Files of IR version 1 leave the type out: the field that is set tells it.
  switch (type === 0 ? seen : KINDS.get(type)) {
    case 'float':
      return [name, { kind: 'float', value: float }];
    case 'int':
      return [name, { kind: 'int', value: int }];
    case 'string':
      return [name, { kind: 'string', value: decodeUtf8(string) }];
    case 'tensor':
      return [name, tensor === undefined ? raw() : { kind: 'tensor', value: tensor }];
    case 'graph':
      return [name, graph === undefined ? raw() : { kind: 'graph', value: graph }];
    case 'floats':
      return [name, { kind: 'floats', value: floats }];
    case 'ints':
      return [name, { kind: 'ints', value: ints }];
    case 'strings':
      return [name, { kind: 'strings', value: strings.map(decodeUtf8) }];
    default:
      return [name, raw()];
  }
}

function readValueInfo(reader: Reader): ValueInfo {
  const rest = new Rest();
  let name = '';
  let type: Partial<ValueInfo> = {};
  while (reader.next()) {
    if (reader.field === 1) name = text(reader);
    else if (reader.field === 2) type = readType(message(reader));
    else rest.keep(reader);
  }
  return { name, type: undefined, shape: undefined, ...type, ...rest.extra };
}

function readType(reader: Reader): Partial<ValueInfo> {
  let result: Partial<ValueInfo> = { otherType: reader.bytes.slice() };
  while (reader.next()) {
    if (reader.field === 1) result = readTensorType(message(reader));
    else reader.raw();
  }
  return result;
}

function readTensorType(reader: Reader): Partial<ValueInfo> {
  let type = 0;
  let shape: Dim[] | undefined;
  while (reader.next()) {
    if (reader.field === 1) type = reader.varint();
    else if (reader.field === 2) shape = readShape(message(reader));
    else reader.raw();
  }
  return { type: typeOfNumber(type), shape };
}

function readShape(reader: Reader): Dim[] {
  const shape: Dim[] = [];
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.raw();
      continue;
    }
    const dim = message(reader);
    let value: Dim = null;
    while (dim.next()) {
      if (dim.field === 1) value = dim.int();
      else if (dim.field === 2) value = text(dim) || null;
      else dim.raw();
    }
    shape.push(value);
  }
  return shape;
}

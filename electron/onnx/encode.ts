import { type Attribute } from './attributes.ts';
import { type Dim, type Graph, type Model, type Node, type ValueInfo } from './graph.ts';
import { type Tensor, typeNumber } from './tensor.ts';
import { Writer } from './wire.ts';

/** Writes an ONNX file: one file, all tensors inside as raw bytes, kept unknown fields behind the known ones. */
export function encodeModel(model: Model): Uint8Array {
  const writer = new Writer();
  writer.int(1, model.irVersion);
  optional(writer, 2, model.producerName);
  optional(writer, 3, model.producerVersion);
  optional(writer, 4, model.domain);
  if (model.modelVersion !== 0) writer.int(5, model.modelVersion);
  optional(writer, 6, model.documentation);
  writer.message(7, (inner) => writeGraph(inner, model.graph));
  for (const [domain, version] of model.opsets)
    writer.message(8, (inner) => {
      inner.string(1, domain);
      inner.int(2, version);
    });
  for (const [key, value] of model.metadata) writeEntry(writer, 14, key, value);
  if (model.extra !== undefined) writer.append(model.extra);
  return writer.finish();
}

function optional(writer: Writer, field: number, value: string): void {
  if (value !== '') writer.string(field, value);
}

/** StringStringEntryProto. */
export function writeEntry(writer: Writer, field: number, key: string, value: string): void {
  writer.message(field, (inner) => {
    inner.string(1, key);
    inner.string(2, value);
  });
}

function writeGraph(writer: Writer, graph: Graph): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  optional(writer, 2, graph.name);
  for (const [name, tensor] of graph.initializers) writer.message(5, (inner) => writeTensor(inner, tensor, name));
  for (const value of graph.inputs) writer.message(11, (inner) => writeValueInfo(inner, value));
  for (const value of graph.outputs) writer.message(12, (inner) => writeValueInfo(inner, value));
  for (const value of graph.values) writer.message(13, (inner) => writeValueInfo(inner, value));
  if (graph.extra !== undefined) writer.append(graph.extra);
}

function writeNode(writer: Writer, node: Node): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  optional(writer, 3, node.name);
  writer.string(4, node.op);
  for (const [name, attribute] of node.attributes.map) {
    if (attribute.kind === 'raw') writer.bytes(5, attribute.value);
    else writer.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  optional(writer, 7, node.domain);
  if (node.extra !== undefined) writer.append(node.extra);
}

function writeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  writer.string(1, name);
  const typed = (type: number): void => writer.int(20, type);
  switch (attribute.kind) {
    case 'float':
      writer.float(2, attribute.value);
      return typed(1);
    case 'int':
      writer.int(3, attribute.value);
      return typed(2);
    case 'string':
      writer.string(4, attribute.value);
      return typed(3);
    case 'tensor':
      writer.message(5, (inner) => writeTensor(inner, attribute.value));
      return typed(4);
    case 'graph':
      writer.message(6, (inner) => writeGraph(inner, attribute.value));
      return typed(5);
    case 'floats':
      for (const value of attribute.value) writer.float(7, value);
      return typed(6);
    case 'ints':
      for (const value of attribute.value) writer.int(8, value);
      return typed(7);
    case 'strings':
      for (const value of attribute.value) writer.string(9, value);
      return typed(8);
    case 'raw':
      return;
  }
}

function writeTensor(writer: Writer, tensor: Tensor, name?: string): void {
  for (const dim of tensor.dims) writer.int(1, dim);
  writer.int(2, typeNumber(tensor.type));
  const { data } = tensor;
  if (Array.isArray(data)) for (const value of data) writer.string(6, value);
  if (name !== undefined) writer.string(8, name);
  if (!Array.isArray(data)) writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValueInfo(writer: Writer, value: ValueInfo): void {
  writer.string(1, value.name);
  const { otherType, type, shape } = value;
  if (otherType !== undefined) writer.bytes(2, otherType);
  else if (type !== undefined || shape !== undefined)
    writer.message(2, (outer) =>
      outer.message(1, (inner) => {
        if (type !== undefined) inner.int(1, typeNumber(type));
        if (shape !== undefined) inner.message(2, (dims) => shape.forEach((dim) => writeDim(dims, dim)));
      }),
    );
  if (value.extra !== undefined) writer.append(value.extra);
}

function writeDim(writer: Writer, dim: Dim): void {
  writer.message(1, (inner) => {
    if (typeof dim === 'number') inner.int(1, dim);
    else if (dim !== null) inner.string(2, dim);
  });
}

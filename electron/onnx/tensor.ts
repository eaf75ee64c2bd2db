/**
 * Tensors as they stand in ONNX files and as the runtime takes them: element type, dimensions, one flat typed array
 * in row-major order. The names of the types are the runtime's.
 */

/** Name, number in ONNX's TensorProto.DataType, bytes an element (0: texts; 0.5: two elements a byte). */
const TYPES = [
  ['float32', 1, 4],
  ['uint8', 2, 1],
  ['int8', 3, 1],
  ['uint16', 4, 2],
  ['int16', 5, 2],
  ['int32', 6, 4],
  ['int64', 7, 8],
  ['string', 8, 0],
  ['bool', 9, 1],
  ['float16', 10, 2],
  ['float64', 11, 8],
  ['uint32', 12, 4],
  ['uint64', 13, 8],
  ['complex64', 14, 8],
  ['complex128', 15, 16],
  ['bfloat16', 16, 2],
  ['float8e4m3fn', 17, 1],
  ['float8e4m3fnuz', 18, 1],
  ['float8e5m2', 19, 1],
  ['float8e5m2fnuz', 20, 1],
  ['uint4', 21, 0.5],
  ['int4', 22, 0.5],
  ['float4e2m1', 23, 0.5],
] as const;

export type DataType = (typeof TYPES)[number][0];

export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export type TensorData = TypedArray | string[];

/**
 * `data` holds the elements in row-major order: int64 in a BigInt64Array, bool as one byte each, float16 and bfloat16
 * as their bits in a Uint16Array, four-bit types packed two a byte (low half first), complex as pairs of floats.
 */
export interface Tensor {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

const byName = new Map<string, (typeof TYPES)[number]>(TYPES.map((row) => [row[0], row]));
const byNumber = new Map<number, (typeof TYPES)[number]>(TYPES.map((row) => [row[1], row]));

/** ONNX's number of an element type. */
export function typeNumber(type: DataType): number {
  return byName.get(type)![1];
}

/** The element type with ONNX's number, undefined for 0 and numbers that are not known. */
export function typeOfNumber(number: number): DataType | undefined {
  return byNumber.get(number)?.[0];
}

/** Bytes that `count` elements take in raw_data. */
export function byteSize(type: DataType, count: number): number {
  return Math.ceil(byName.get(type)![2] * count);
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

/** An array of `length` places (not elements) of zeros that carries `type`; length in elements for ordinary types. */
export function zerosArray(type: DataType, length: number): TypedArray {
  switch (type) {
    case 'float32':
      return new Float32Array(length);
    case 'float64':
      return new Float64Array(length);
    case 'complex64':
      return new Float32Array(length * 2);
    case 'complex128':
      return new Float64Array(length * 2);
    case 'int8':
      return new Int8Array(length);
    case 'int16':
      return new Int16Array(length);
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return new Uint16Array(length);
    case 'int32':
      return new Int32Array(length);
    case 'uint32':
      return new Uint32Array(length);
    case 'int64':
      return new BigInt64Array(length);
    case 'uint64':
      return new BigUint64Array(length);
    case 'uint4':
    case 'int4':
    case 'float4e2m1':
      return new Uint8Array(Math.ceil(length / 2));
    case 'string':
      throw new TypeError('texts have no typed array');
    case 'bool':
    case 'uint8':
    case 'float8e4m3fn':
    case 'float8e4m3fnuz':
    case 'float8e5m2':
    case 'float8e5m2fnuz':
      return new Uint8Array(length);
  }
}

/** A float32 tensor. Without `dims`: one dimension. The array is used, not copied. */
export function floats(values: Float32Array | readonly number[], dims?: readonly number[]): Tensor {
  const data = values instanceof Float32Array ? values : Float32Array.from(values);
  return { type: 'float32', dims: dims ?? [data.length], data };
}

/** An int64 tensor. Without `dims`: one dimension. Values beyond 2^53 are clamped to 64 bits. */
export function ints(values: readonly (number | bigint)[], dims?: readonly number[]): Tensor {
  const data = new BigInt64Array(values.length);
  values.forEach((value, i) => (data[i] = BigInt.asIntN(64, typeof value === 'bigint' ? value : clampInt64(value))));
  return { type: 'int64', dims: dims ?? [data.length], data };
}

function clampInt64(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n;
  if (value <= -(2 ** 63)) return -(2n ** 63n);
  return BigInt(value);
}

/** A scalar (no dimensions) of an ordinary numeric type. */
export function scalar(value: number, type: DataType = 'float32'): Tensor {
  return fullTensor([], value, type);
}

/** A tensor filled with one number. */
export function fullTensor(dims: readonly number[], value: number, type: DataType = 'float32'): Tensor {
  const data = zerosArray(type, sizeOf(dims));
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(clampInt64(value));
  else data.fill(type === 'float16' ? toFloat16(value) : type === 'bfloat16' ? toBfloat16(value) : value);
  return { type, dims, data };
}

/** The elements as numbers (64-bit integers to the nearest double, float16 and bfloat16 decoded). Throws on texts. */
export function numbersOf(tensor: Tensor): number[] {
  const { data, type } = tensor;
  if (Array.isArray(data)) throw new TypeError('texts are no numbers');
  if (type === 'float16') return Array.from(data as Uint16Array, fromFloat16);
  if (type === 'bfloat16') return Array.from(data as Uint16Array, fromBfloat16);
  return Array.from<number | bigint, number>(data as ArrayLike<number | bigint>, Number);
}

const convert = new DataView(new ArrayBuffer(4));

/** Value of IEEE 754 binary16 bits. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** IEEE 754 binary16 bits of a number, rounded to nearest, ties to even. */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  // Math.log2 may be off by one beside a power of two; the carry below mends "one too small".
  const safe = size / 2 ** exponent < 1 && exponent > -14 ? exponent - 1 : exponent;
  const steps = roundHalfEven((size / 2 ** safe) * 1024);
  if (size < 2 ** -14) return sign | steps;
  return sign | ((safe + 15) * 1024 + steps - 1024);
}

function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
}

function fromBfloat16(bits: number): number {
  convert.setUint32(0, bits * 65536);
  return convert.getFloat32(0);
}

function toBfloat16(value: number): number {
  convert.setFloat32(0, value);
  const bits = convert.getUint32(0);
  return Number.isNaN(value) ? 0x7fc0 : ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

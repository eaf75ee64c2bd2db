export * from './client.ts';
export * from './codes.ts';
export * from './contract.ts';
export * from './errors.ts';
export * from './keys.ts';
export * as pictures from './pictures.ts';
export { type PictureRequest, parsePicture } from './pictures.ts';
export * from './procedure.ts';
export * from './words.ts';

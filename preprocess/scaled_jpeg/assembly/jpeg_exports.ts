/** What `../scaled_jpeg.ts` knows of this decoder: exported as globals, so that nothing is written down twice. */
import { Job, JOB } from "./jpeg_layout";

export { scaleJpeg } from "./scaled_jpeg";
export { CODE_LIMITS, CODES, CODES_BYTES, FREE_ADDRESS, QUANTIZERS } from "./jpeg_layout";

/* Addresses of the job's fields. */
export const JOB_source: usize = JOB + offsetof<Job>("source");
export const JOB_target: usize = JOB + offsetof<Job>("target");
export const JOB_planes: usize = JOB + offsetof<Job>("planes");
export const JOB_planeStride: usize = JOB + offsetof<Job>("planeStride");
export const JOB_width: usize = JOB + offsetof<Job>("width");
export const JOB_height: usize = JOB + offsetof<Job>("height");
export const JOB_mcuColumns: usize = JOB + offsetof<Job>("mcuColumns");
export const JOB_mcuRows: usize = JOB + offsetof<Job>("mcuRows");
export const JOB_components: usize = JOB + offsetof<Job>("components");
export const JOB_across: usize = JOB + offsetof<Job>("across");
export const JOB_down: usize = JOB + offsetof<Job>("down");
export const JOB_lumaSize: usize = JOB + offsetof<Job>("lumaSize");
export const JOB_chromaSize: usize = JOB + offsetof<Job>("chromaSize");
export const JOB_restartInterval: usize = JOB + offsetof<Job>("restartInterval");

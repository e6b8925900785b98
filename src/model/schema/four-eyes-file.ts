import { z } from 'zod';

/** In the access file: where four eyes are asked for. The API and the worker read it from one file. */
export const fourEyes = z
  .strictObject({
    namespaces: z.array(z.union([z.literal('*'), z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected the name of a namespace, or *')])),
  })
  .default({ namespaces: [] });

import { z } from 'zod';

const factors = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 } as const;
const text = /^[1-9]\d{0,8}(Ki|Mi|Gi|Ti)$/;
const expected = 'expected a size such as 512Ki, 256Mi, 20Gi or 1Ti';

/** As Kubernetes writes quantities of memory and storage: `256Mi` → bytes. */
export const byteSize = z
  .string(expected)
  .regex(text, expected)
  .transform((given) => Number(given.slice(0, -2)) * factors[given.slice(-2) as keyof typeof factors]);

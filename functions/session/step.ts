import * as z from "zod";

const step = z.looseObject({ session: z.string() });

/** What every step is told: whose story it is part of. The facts it reads for itself. */
export const stepOf = (event: unknown) => step.parse(event);

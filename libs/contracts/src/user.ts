import { z } from 'zod';
import { emailSchema, idSchema, nameSchema, newPasswordSchema, passwordSchema } from './primitives.ts';
import { queryInteger } from './query.ts';

export const roleSchema = z.enum(['user', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** A user as the API shows it. */
export const userSchema = z
  .object({
    id: idSchema,
    email: z.string(),
    name: z.string(),
    roles: z.array(roleSchema),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof userSchema>;

export const createUserSchema = z.strictObject({
  email: emailSchema,
  name: nameSchema,
  password: newPasswordSchema,
  roles: z.array(roleSchema).nonempty().default(['user']),
});
export type CreateUser = z.infer<typeof createUserSchema>;

/** `roles` may be set by administrators only. */
export const updateUserSchema = z
  .strictObject({
    email: emailSchema,
    name: nameSchema,
    roles: z.array(roleSchema).nonempty(),
    current_password: passwordSchema.describe(
      'Needed with one’s own `email`, by administrators too, and with nothing else',
    ),
  })
  .partial()
  .refine((changes) => Object.keys(changes).length > 0, 'must change something')
  .refine(({ email, current_password }) => current_password === undefined || email !== undefined, {
    path: ['current_password'],
    message: 'is only allowed with email',
  })
  .meta({ minProperties: 1, dependentRequired: { current_password: ['email'] } });
export type UpdateUser = z.infer<typeof updateUserSchema>;

export const changePasswordSchema = z.strictObject({
  current_password: passwordSchema,
  new_password: newPasswordSchema,
});
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** A page of users; `next_cursor` is opaque and absent on the last page. */
export const userPageSchema = z
  .object({ items: z.array(userSchema), next_cursor: z.string().optional() })
  .meta({ id: 'UserPage' });
export type UserPage = z.infer<typeof userPageSchema>;

export const userPageQuerySchema = z.strictObject({
  limit: queryInteger(1, 100).default(20),
  cursor: z.string().max(500).optional(),
});

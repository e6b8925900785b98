import type { SecretKeyRef } from './refs.js';

/** A MongoDB-speaking server as pods of the cluster reach it, and the Secret with its administrator. Holds no secret itself. */
export interface MongoServerRef {
  /** Hosts with ports, and options after a slash where needed: `mongodb-headless.mongodb.svc:27017`, `a:27017,b:27017/?replicaSet=rs0`. */
  readonly host: string;
  readonly admin: {
    readonly secretRef: {
      readonly namespace: string;
      readonly name: string;
      /** Default `username`. */
      readonly userKey?: string;
      /** Default `password`. */
      readonly passwordKey?: string;
    };
  };
}

/** A password by reference: a key of a Secret, or what stands as password in the connection string under it. */
export type PasswordSource = { readonly secretRef: SecretKeyRef } | { readonly fromUri: { readonly secretRef: SecretKeyRef } };

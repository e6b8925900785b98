import type { SecretKeyRef } from './refs.js';

/** The Secret with a server's administrator. */
export interface AdminRef {
  readonly secretRef: {
    readonly namespace: string;
    readonly name: string;
    /** Default `username`. */
    readonly userKey?: string;
    /** Default `password`. */
    readonly passwordKey?: string;
  };
}

/** A MongoDB-speaking server as pods of the cluster reach it, and the Secret with its administrator. Holds no secret itself. */
export interface MongoServerRef {
  /** Absent in plans of releases that knew no other. */
  readonly engine?: 'mongodb';
  /** Hosts with ports, and options after a slash where needed: `mongodb-headless.mongodb.svc:27017`, `a:27017,b:27017/?replicaSet=rs0`. */
  readonly host: string;
  readonly admin: AdminRef;
  readonly tls?: TlsRef;
}

/** A PostgreSQL server as pods of the cluster reach it, and the Secret with its superuser. Holds no secret itself. */
export interface PostgresServerRef {
  readonly engine: 'postgresql';
  /** Of several, `a,b,c`, the one that is no standby. */
  readonly host: string;
  readonly port: number;
  readonly admin: AdminRef & {
    /** Where the Secret holds the password only. */
    readonly user?: string;
  };
  readonly tls?: TlsRef;
  /** The step that starts it: before that neither the server nor its Secret can be looked at. */
  readonly servedBy?: { readonly step: string };
  /** Brought by somebody's helm, outside of the run, which may take it away again. */
  readonly ofHelm?: true;
}

/** A Redis or Valkey server as pods of the cluster reach it. Holds no secret itself. */
export interface RedisServerRef {
  readonly host: string;
  readonly port: number;
  /** The number of the logical database. Default 0. */
  readonly database?: number;
  /** An ACL user. Default: the server's own. */
  readonly user?: string;
  /** Absent where the server asks for none. */
  readonly password?: { readonly secretRef: SecretKeyRef };
  readonly tls?: TlsRef;
  /** The step that starts it: before that neither the server nor its Secret can be looked at. */
  readonly servedBy?: { readonly step: string };
}

/** How the server proves who it is; without it nothing is encrypted. */
export type TlsRef =
  | {
      /** PEM of the authorities to trust. */
      readonly ca: { readonly secretRef: SecretKeyRef };
    }
  | { readonly insecure: true };

export type DatabaseServerRef = MongoServerRef | PostgresServerRef;

/** A password by reference: a key of a Secret, or what stands as password in the connection string under it. */
export type PasswordSource = { readonly secretRef: SecretKeyRef } | { readonly fromUri: { readonly secretRef: SecretKeyRef } };

/** Where a MongoDB-speaking server is and who we are there. Holds secrets: it travels in a Secret only, never through Temporal. */
export interface MongoAddress {
  /** Hosts and options, without credentials: `mongodb://mongodb-headless.mongodb.svc:27017/?replicaSet=rs0`. */
  readonly uri: string;
  readonly user?: {
    readonly name: string;
    readonly password: string;
    /** Where the user is defined; default `admin`. */
    readonly database?: string;
  };
  readonly tls?: {
    /** PEM of the authorities to trust. */
    readonly ca?: string;
    /** Accept any certificate. Said in the plan where it is set. */
    readonly insecure?: true;
  };
}

import type { Document } from 'mongodb';
import { bytes, type Handler, ServerError } from './handler.js';

interface StoredUser extends Document {
  user: string;
  db: string;
  roles: Document[];
}

/** Users and roles of a server: commands about them, and the collections that it keeps them in. */
export class FakeAccounts {
  readonly users = new Map<string, StoredUser>();
  /** By `role@db`: inheritedPrivileges. */
  readonly roles = new Map<string, readonly Document[]>();
  /** By `role@db`, as system.roles has them. */
  readonly customRoles = new Map<string, Document>();
  /** May our user read and write what passwords are checked by? */
  mayManage = true;

  /** system.users and system.roles; undefined for any other collection. */
  stored(database: string, name: string): readonly Buffer[] | undefined {
    if (database !== 'admin' || !['system.users', 'system.roles'].includes(name)) return undefined;
    if (!this.mayManage) throw new ServerError(13, 'Unauthorized');
    const all: readonly Document[] = name === 'system.users' ? [...this.users.values()] : [...this.customRoles.values()];
    return all.map((one) => bytes({ _id: `${one['db']}.${one['user'] ?? one['role']}`, ...one }));
  }

  #user(database: string, name: string): StoredUser {
    const found = this.users.get(`${name}@${database}`);
    if (!found) throw new ServerError(11, 'UserNotFound');
    return found;
  }

  #merge({ tempUsersCollection, tempRolesCollection, db, drop }: Document, contents: (collection: string) => readonly Document[]): Document {
    if (!this.mayManage) throw new ServerError(13, 'Unauthorized');
    if (drop !== false) throw new ServerError(2, 'BadValue');
    const from = (name: string | undefined) => (name === undefined ? [] : contents(name.slice('admin.'.length)));
    const [users, roles] = [from(tempUsersCollection), from(tempRolesCollection)];
    if ([...users, ...roles].some((one) => one['db'] !== db)) throw new ServerError(2, 'BadValue');
    for (const { _id, ...user } of users) this.users.set(`${user['user']}@${db}`, user as StoredUser);
    for (const { _id, ...role } of roles) this.customRoles.set(`${role['role']}@${db}`, role);
    return {};
  }

  #usersInfo(asked: Document): Document {
    const all = [...this.users.values()];
    return { users: asked['forAllDBs'] === undefined ? all.filter(({ user, db }) => user === asked['user'] && db === asked['db']) : all };
  }

  /** `contents`: of a collection of `admin`. */
  handlers(contents: (collection: string) => readonly Document[]): Readonly<Record<string, Handler>> {
    return {
      usersInfo: (_database, { usersInfo }) => this.#usersInfo(usersInfo),
      rolesInfo: (_database, { rolesInfo }) => ({
        roles: [{ role: rolesInfo.role, db: rolesInfo.db, inheritedPrivileges: this.roles.get(`${rolesInfo.role}@${rolesInfo.db}`) ?? [] }],
      }),
      createUser: (database, { createUser: user, roles }) => {
        if (this.users.has(`${user}@${database}`)) throw new ServerError(51003, 'Location51003');
        this.users.set(`${user}@${database}`, { user, db: database, roles });
        return {};
      },
      updateUser: (database, { updateUser, roles }) => {
        const user = this.#user(database, updateUser);
        if (roles) user.roles = roles;
        return {};
      },
      dropUser: (database, { dropUser }) => {
        this.#user(database, dropUser);
        this.users.delete(`${dropUser}@${database}`);
        return {};
      },
      dropRole: (database, { dropRole }) => {
        if (!this.customRoles.delete(`${dropRole}@${database}`)) throw new ServerError(31, 'RoleNotFound');
        return {};
      },
      _mergeAuthzCollections: (_database, command) => this.#merge(command, contents),
    };
  }
}

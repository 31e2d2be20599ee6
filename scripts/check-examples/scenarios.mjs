import { activity } from "./activity.mjs";
import { connection } from "./connection.mjs";
import { grants } from "./grants.mjs";
import { role } from "./role.mjs";
import { server } from "./server.mjs";
import { service } from "./service.mjs";
import { tables } from "./tables.mjs";

/**
 * The sources that the examples are printed from, by check. All optional:
 *
 * - `major`, `settings`, `hba`, `ready`: of the server, see `runPostgres`
 * - `statements`: pairs of a database and SQL; `shell`: a command on the server; `prepare`: anything else
 * - `database`, `address`: what is looked at, where it is not `shop` on that server
 * - `user`: who reads, name and password; `login`: the password that the role is meant to have
 * - `request`: where it is not the usual one; `grants`: what a deployment gives the role
 * - `amend`: changes facts that a test server cannot have; `prepare` can return one too
 */
export const scenarios = { ...connection, ...server, ...activity, ...service, ...role, ...grants, ...tables };

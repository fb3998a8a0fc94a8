import { testStore } from "../store.suite.ts";
import { sqliteFixture } from "./fixture.ts";

testStore("on SQLite", sqliteFixture);

/** Names, with spaces between, the variables of servers that a machine cannot run; `.ci/install-databases` says why. */
export const LEFT_OUT = 'ROTATION_TEST_LEFT_OUT';

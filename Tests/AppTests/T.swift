// Tests of the operations.

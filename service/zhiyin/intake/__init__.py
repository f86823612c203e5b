"""Bytes and workbooks in, a submission out, with every fault and everything that was not understood."""

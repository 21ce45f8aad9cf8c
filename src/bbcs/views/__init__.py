"""Turns results of use cases into JSON documents and Chinese lines. Changes nothing."""

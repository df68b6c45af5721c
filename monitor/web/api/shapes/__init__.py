"""Shapes of the API's answers: types that the OpenAPI document is made from."""

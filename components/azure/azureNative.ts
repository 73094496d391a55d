/**
 * Version of the azure-native provider plugin that the thin resources ask for: the one pinned in package.json, whose
 * argument types they use. A spec compares the two.
 */
export const azureNativeVersion = "3.28.0";

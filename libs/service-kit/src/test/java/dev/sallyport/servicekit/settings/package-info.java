@org.jspecify.annotations.NullMarked
package dev.sallyport.servicekit.settings;
